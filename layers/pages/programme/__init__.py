"""The pages of the yearly cycle: the years of all communes, the sheet of one, declaring, inspections, the roadmap."""
