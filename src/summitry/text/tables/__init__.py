"""Tables as people send them: read from CSV and XLSX, within bounds, with what is wrong by row and column.

`table` is what both formats read to: headings, numbered rows, and what is wrong with them; `delimited` and
`workbook` are the formats. What is written is `sheets`."""

from .table import LARGEST, Column, Fault, Faults, Line, Table, Unreadable, read, too_large

__all__ = ["LARGEST", "Column", "Fault", "Faults", "Line", "Table", "Unreadable", "read", "too_large"]
