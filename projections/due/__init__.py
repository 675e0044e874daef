"""What falls due in the months from a day on, with its ground? Asked by the office. No tables: a query over states."""
