"""The yearly cycle: declare, submit, check, appraise, recognise; the evidence for each; the roadmap held against it."""
