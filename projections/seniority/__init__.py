"""Who is senior to whom on a day (daftar urut kepangkatan, PP 15/1979)? Asked by the office. No tables of its own."""
