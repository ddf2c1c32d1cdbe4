"""Raw tables of sales (store x SKU x day or week), of any size, summed to a row per sub-category and week."""
