"""Spreadsheets: what an office keeps in Excel, read as rows of decrees, and tables written so that Excel keeps them."""
