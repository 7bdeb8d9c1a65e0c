"""Where to put sites: least total way (`median`), least longest way and coverage (`cover`), and sites with
capacities, budgets and conflicts (`capacitated`). A demand is a hamlet or a cluster of households, a candidate a
place that suits; the distance from one to the other is metres, seconds or money, infinite where there is no way.
"""
