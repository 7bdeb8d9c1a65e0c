"""The pages of the criteria sets: what each asks for, from where, how it is computed; and changing it with a reason."""
