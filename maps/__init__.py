"""Pictures: Folium maps over the registry tiles. No SQL."""
