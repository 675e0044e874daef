"""Other systems' words in and out: `siasn` reads what BKN hands over, `sheets` what offices keep in spreadsheets."""
