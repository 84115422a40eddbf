"""What people type, read: numbers, holdings, tables, times, wishes, fills. Knows no database."""
