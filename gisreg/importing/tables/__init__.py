"""Spreadsheets as they are: grids of cells, their header, totals and coordinates."""
