"""Organisations of the trade: carriers, pay-TV, power companies, the department, communes."""
