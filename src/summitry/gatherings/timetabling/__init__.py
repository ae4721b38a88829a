"""From the programme's rows to the engine's problem and back: the grid, the demands, the sentences.

periods    lines that say when, in the gathering's zone
grid       the slots of an edition
reading    the problem of an edition
keeping    the engine's answers in the keys of our rows
words      violations and reasons as sentences
running    one proposal computed
still      whether a proposal keeps the demands as they are now
"""
