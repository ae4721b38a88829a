"""What jurors' marks mean: exact means and their order, and a model that tells strictness from weakness.

Pure: arrays and plain values in and out. This module offers the exact part (`means`) itself; the model is
imported by its own path, so that whoever only needs a mean does not load scipy.

    means      exact weighted means, spread, order, ties broken by a published draw
    marks      the input of the model, and whether it can say anything at all: connected? enough marks?
    equations  the mixed-model equations at given variance ratios
    reml       the variance ratios by restricted maximum likelihood
    model      mark = mean + entry - severity of the juror + noise: estimates and their standard errors
    exact      the estimates to six decimals, the same to the byte on every machine
    influence  the order without each juror; which entries the marks do not settle at the cut
    plots      numbers for pictures of all this
"""

from .means import Place, Score, Sheet, decimal, draw, order, root, scores, weighted

__all__ = ["Place", "Score", "Sheet", "decimal", "draw", "order", "root", "scores", "weighted"]
