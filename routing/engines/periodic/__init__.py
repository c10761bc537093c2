"""Periodic ruin and recreate: all visits of a cycle planned jointly, day patterns and routes.

Method: Christiaens and Vanden Berghe (2020), *Slack Induction by String Removals for Vehicle
Routing Problems*, carried over to day patterns: an outlet that is taken out loses all its visits
of the cycle and comes back on the pattern whose days insert most cheaply.

Rooms, in the order in which data flows:
``tables`` (what kernels read) > ``limits``, ``choices`` (shifts, day sets) > ``arrays`` (Problem to
flat arrays) > ``state`` (a solution) > ``schedule`` (windows, breaks) > ``routes`` (put in, take
out) > ``ruin``, ``insertion``, ``paths`` (days of irregular demands) > ``recreate`` > ``anneal`` >
``search``.
"""
