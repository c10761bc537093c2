"""Everything that is stored: people, archive, territories, plans, visits, funnel, metrics."""
