package io.flinkgpu.job.redo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Goes through letters and chooses those of a redo. Single-threaded.
 *
 * <p>Several letters may be of one row:
 *
 * <ul>
 *   <li>A row that is read again where it is belongs to all letters of that place. Where one of
 *       them is meant, the others come along: a later redo would do the row once more.
 *   <li>A row that is kept whole and went several ways may have failed on each. Letters of one run
 *       with equal rows are of one row where no row goes from one of their elements to the other.
 * </ul>
 */
final class LetterChoice {

    private final Redos.Remaking remaking;
    private final boolean isBranched;
    private final Claims before;
    private final LetterFilter filter;
    private final boolean again;
    private final Optional<ClaimFile> claim;
    private final Map<Letter.Origin, FailedRow> places = new LinkedHashMap<>();
    private final Map<KeptRow, List<FailedRow>> kept = new LinkedHashMap<>();
    private long open;
    private long taken;
    private long unknown;
    private long homeless;

    LetterChoice(
            Redos.Remaking remaking,
            Claims before,
            LetterFilter filter,
            boolean again,
            Optional<ClaimFile> claim) {
        this.remaking = remaking;
        this.isBranched = remaking.ways().areAny();
        this.before = before;
        this.filter = filter;
        this.again = again;
        this.claim = claim;
    }

    private record KeptRow(Letter.Origin row, String run) {}

    /** A row with its letters. */
    private static final class FailedRow {
        private final Set<String> elements = new TreeSet<>();
        private final List<String> letters = new ArrayList<>();
        private boolean isMeant;

        void add(Letter letter, boolean meant) {
            elements.add(letter.element());
            letters.add(letter.id());
            isMeant |= meant;
        }
    }

    void see(Letter letter) {
        if (before.haveDone(letter.id())) {
            return;
        }
        int meant = filter.takes(letter) ? 1 : 0;
        if (letter.origin() == null || !remaking.sources().containsKey(letter.origin().source())) {
            unknown += meant;
        } else if (isBranched && !remaking.ways().leadTo(letter.element())) {
            homeless += meant;
        } else if (!again && isHeld(letter)) {
            taken += meant;
        } else if (readsAgain(letter)) {
            places.computeIfAbsent(letter.origin(), place -> new FailedRow())
                    .add(letter, meant > 0);
        } else if (meant > 0) {
            keep(letter);
        }
    }

    /** To be called once, when all letters have been seen. */
    Redos.Selection finish() {
        places.forEach(
                (place, row) -> {
                    if (row.isMeant) {
                        take(place, row);
                    }
                });
        kept.forEach((key, rows) -> rows.forEach(row -> take(key.row(), row)));
        return new Redos.Selection(open, taken, unknown, homeless, null);
    }

    private boolean readsAgain(Letter letter) {
        return remaking.sources().get(letter.origin().source());
    }

    private boolean isHeld(Letter letter) {
        return before.hold(letter.id())
                || (readsAgain(letter) && before.holdPlace(letter.origin()));
    }

    private void keep(Letter letter) {
        FailedRow alone = new FailedRow();
        alone.add(letter, true);
        if (!isBranched) {
            take(letter.origin(), alone);
            return;
        }
        List<FailedRow> equal =
                kept.computeIfAbsent(
                        new KeptRow(letter.origin(), letter.run()), row -> new ArrayList<>());
        equal.stream()
                .filter(row -> isOf(row, letter.element()))
                .findFirst()
                .ifPresentOrElse(row -> row.add(letter, true), () -> equal.add(alone));
    }

    private boolean isOf(FailedRow row, String element) {
        return row.elements.stream().allMatch(other -> remaking.ways().areApart(other, element));
    }

    private void take(Letter.Origin origin, FailedRow row) {
        open += row.letters.size();
        claim.ifPresent(file -> file.add(origin, row.elements, row.letters));
    }
}
