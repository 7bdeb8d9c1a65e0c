"""Road priorities: budgeted, rooted, prize-collecting network design with budgets by source, community
caps, floors by commune, facility projects and criteria (`problem`), solved by packages (`greedy`),
neighbourhoods (`lns`) or exactly (`exact`). Every method answers with a `Plan` that keeps all conditions
and says how far the proven bound is.
"""
