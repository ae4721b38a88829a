"""Tables in and out by the rules of a call: submissions, marks, a juror's sheet, as CSV and as XLSX.

`cells` turns answers into cells and back; `incoming` and `marks` read tables (`text.tables`) by the rules of
a call. All of it is pure: queries ask (`queries.tables`), acts write (`acts.importing`, `acts.sheets`)."""
