"""The tables that offices hand in, as Excel workbooks: results of the criteria, movements of poor households."""
