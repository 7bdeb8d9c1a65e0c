"""Cost-benefit beside the ranking, never instead of it: the World Bank's RoADS model for Vietnamese rural roads.

Twenty years, 12 %, alternatives by surface, class and condition. On a few dozen motorbikes a day its benefits are
noise next to who is cut off when it rains; it is there because appraisal rules ask for NPV and EIRR.
"""
