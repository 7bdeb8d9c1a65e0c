"""Road priorities: budgeted, rooted, prize-collecting network design with budgets by source, community
caps, floors by commune, facility projects and criteria (`problem`).

Solved by packages in milliseconds (`greedy`), exactly where a commune is small enough (`exact`), and for a district
or a province by pricing money and by neighbourhoods (`lns`). Every method answers with a `Plan` that keeps all
conditions, says how far the proven bound is, and lists its packages in the order of what they buy (`ranking`).

Beside the first aim there is a second, time on the way to a service in the rain (`travel`). How far a plan can be
trusted: how it hangs on what nobody knows (`stability`), what each forced choice costs (`choices`), what other amounts
of money would buy (`curve`).
"""
