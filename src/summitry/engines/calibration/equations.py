"""The mixed-model equations of the additive model at given variance ratios, with the entries eliminated.

    mark = mean + u[entry] + v[juror] + e,  u ~ (0, g_u s2),  v ~ (0, g_v s2),  e ~ (0, s2)

In the spherical coordinates u = sqrt(g_u) s, v = sqrt(g_v) t (Bates, Mächler, Bolker and Walker, Fitting
linear mixed-effects models using lme4, J. Statistical Software 67(1), 2015, section 3) Henderson's equations
(Best linear unbiased estimation and prediction under a selection model, Biometrics 31, 1975) read

    | D   B | | s          |       D  (E,)         diagonal, 1 + g_u times the marks of an entry
    | B'  T | | t and mean |       B  (E, J + 1)   sparse;  T  (J + 1, J + 1)

and hold for a ratio of nothing as well. An entry has one row in D and a few in B, so the entries go first:
what is left is the Schur complement S = T - B' D^-1 B, dense and no wider than the jurors. Time grows with
the cube of the jurors, memory with their square, and both only linearly with entries and marks."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotri
from scipy.sparse import csr_array, diags_array, hstack

from .marks import Floats, Indexes, Marks

CHUNK = 2048  # rows of a dense (rows, J + 1) product held at once


class Design:
    """What the marks bring to every set of ratios. `value` is centred: by `centre`, the plain mean."""

    def __init__(self, marks: Marks):
        self.marks = marks
        self.per_entry = np.bincount(marks.entry, minlength=marks.entries).astype(np.float64)
        self.per_juror = np.bincount(marks.juror, minlength=marks.jurors).astype(np.float64)
        self.centre = float(marks.value.mean())
        self.value = marks.value - self.centre
        column = csr_array(self.per_entry[:, np.newaxis])
        self.rows = csr_array(hstack([marks.incidence(), column]))  # (E, J + 1), the last column is the mean
        self.entry_sums = self.by_entry(self.value)
        self.juror_sums = self.by_juror(self.value)

    def by_entry(self, values: Floats) -> Floats:
        """Sums (E,) of something that each mark has (n,)."""
        return np.bincount(self.marks.entry, values, self.marks.entries)

    def by_juror(self, values: Floats) -> Floats:
        """Sums (J,) of something that each mark has (n,)."""
        return np.bincount(self.marks.juror, values, self.marks.jurors)


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """A solution in spherical coordinates: entries (E,), jurors (J,), mean (beyond the centre)."""

    entries: Floats
    jurors: Floats
    mean: float


class Equations:
    """Henderson's equations of one design, at g_u = `entry` and g_v = `juror`, factorised."""

    def __init__(self, design: Design, entry: float, juror: float):
        self.design, self.ratios = design, (entry, juror)
        self.root_u, self.root_v = np.sqrt(entry), np.sqrt(juror)
        jurors = design.marks.jurors
        self.diagonal = 1 + entry * design.per_entry  # D
        scale = np.full(jurors + 1, self.root_v)
        scale[-1] = 1
        self.border = csr_array(self.root_u * (design.rows @ diags_array(scale)))  # B
        schur = -self.cross(1)
        np.fill_diagonal(schur[:jurors, :jurors], schur.diagonal()[:jurors] + 1 + juror * design.per_juror)
        schur[:jurors, jurors] += self.root_v * design.per_juror
        schur[jurors, :jurors] += self.root_v * design.per_juror
        schur[jurors, jurors] += len(design.marks)
        self._factor = cho_factor(schur, lower=True, overwrite_a=True, check_finite=False)

    def cross(self, power: int) -> Floats:
        """B' D^-power B, dense (J + 1, J + 1)."""
        weighed = diags_array(self.diagonal ** -float(power)) @ self.border
        return np.ascontiguousarray((self.border.T @ weighed).toarray())

    @cached_property
    def inverse(self) -> Floats:
        """S^-1, dense and symmetric (J + 1, J + 1)."""
        found, failed = dpotri(self._factor[0], lower=1)
        if failed:
            raise ArithmeticError("the equations are singular")
        lower = np.tril(found, -1)
        return np.asarray(lower + lower.T + np.diag(found.diagonal()))

    @property
    def log_determinant(self) -> float:
        """Of the whole matrix: by the pivots of D and S."""
        return float(np.log(self.diagonal).sum() + 2 * np.log(self._factor[0].diagonal()).sum())

    def solve(self, entries: Floats, jurors: Floats, mean: float) -> Effects:
        """The solution for any right-hand side."""
        rest = np.append(jurors, mean) - self.border.T @ (entries / self.diagonal)
        tail = cho_solve(self._factor, rest, check_finite=False)
        return Effects((entries - self.border @ tail) / self.diagonal, tail[:-1], float(tail[-1]))

    @cached_property
    def effects(self) -> Effects:
        """The solution for the marks themselves."""
        design = self.design
        total = float(design.value.sum())
        return self.solve(self.root_u * design.entry_sums, self.root_v * design.juror_sums, total)

    @cached_property
    def residuals(self) -> Floats:
        """(n,): what mean, entry and juror leave of each mark."""
        found, marks = self.effects, self.design.marks
        explained = self.root_u * found.entries[marks.entry] + self.root_v * found.jurors[marks.juror]
        return self.design.value - found.mean - explained

    @property
    def penalised(self) -> float:
        """The sum of squares that the solution makes least: of the residuals and of the spherical effects."""
        found = self.effects
        return float(
            self.residuals @ self.residuals + found.entries @ found.entries + found.jurors @ found.jurors
        )

    @cached_property
    def reduced(self) -> csr_array:
        """(E, J + 1): the contrast mean + u of each entry after the elimination, to be measured by S^-1."""
        weighed = diags_array(-self.root_u / self.diagonal) @ self.border
        ones = np.zeros((1, self.design.marks.jurors + 1))
        ones[0, -1] = 1
        column = csr_array(np.ones((self.design.marks.entries, 1)))
        return csr_array(weighed + column @ csr_array(ones))

    def entry_variances(self) -> Floats:
        """(E,): prediction error variance of mean + u of each entry, in units of s2."""
        return self.ratios[0] / self.diagonal + self._measured(self.reduced)

    def difference_variances(self, left: Indexes, right: Indexes) -> Floats:
        """Prediction error variance of u[left] - u[right], covariance included, in units of s2."""
        own = self.ratios[0] * (1 / self.diagonal[left] + 1 / self.diagonal[right])
        found = own + self._measured(csr_array(self.reduced[left] - self.reduced[right]))
        return np.where(left == right, 0.0, found)

    def juror_variances(self) -> Floats:
        """(J,): prediction error variance of v of each juror, in units of s2."""
        return np.asarray(self.ratios[1] * self.inverse.diagonal()[:-1])

    def _measured(self, rows: csr_array) -> Floats:
        """r' S^-1 r for each sparse row."""
        found = np.empty(rows.shape[0])
        for start in range(0, len(found), CHUNK):
            part = rows[start : start + CHUNK]
            found[start : start + CHUNK] = part.multiply(part @ self.inverse).sum(axis=1)
        return found
