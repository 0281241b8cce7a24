"""Shared use: who hangs where, who stands on which tower, and which masts could be one."""
