"""Pure rules of treatments: moves, readiness gates, intervals, electro guard rails, volumes and comfort."""
