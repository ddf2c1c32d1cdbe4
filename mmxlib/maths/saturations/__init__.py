"""Families of diminishing returns, a file each: from adstocked exposure to the share of the full response."""
