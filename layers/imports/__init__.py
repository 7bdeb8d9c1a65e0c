"""From files to a report to rows."""
