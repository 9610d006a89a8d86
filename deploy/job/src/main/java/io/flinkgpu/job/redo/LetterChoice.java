package io.flinkgpu.job.redo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes through letters and chooses those of a redo. Single-threaded.
 *
 * <p>A row that is read again where it is belongs to all letters of that place: the first one that
 * is meant takes it, and with it the others, meant or not, which a later redo would do once more.
 */
final class LetterChoice {

    private final Redos.Remaking remaking;
    private final Claims before;
    private final LetterFilter filter;
    private final boolean again;
    private final Optional<ClaimFile> claim;
    private final Map<Letter.Origin, Place> places = new HashMap<>();
    private long open;
    private long taken;
    private long unknown;
    private long branched;

    LetterChoice(
            Redos.Remaking remaking,
            Claims before,
            LetterFilter filter,
            boolean again,
            Optional<ClaimFile> claim) {
        this.remaking = remaking;
        this.before = before;
        this.filter = filter;
        this.again = again;
        this.claim = claim;
    }

    /** The letters of a place; waiting are those that nobody means before it is taken. */
    private static final class Place {
        private final List<String> waiting = new ArrayList<>();
        private boolean isTaken;
    }

    void see(Letter letter) {
        if (before.haveDone(letter.id())) {
            return;
        }
        int meant = filter.takes(letter) ? 1 : 0;
        if (letter.origin() == null || !remaking.sources().containsKey(letter.origin().source())) {
            unknown += meant;
        } else if (remaking.isBehindBranch().test(letter.element())) {
            branched += meant;
        } else if (!again && isHeld(letter)) {
            taken += meant;
        } else if (readsAgain(letter)) {
            seePlace(letter, meant > 0);
        } else if (meant > 0) {
            take(letter);
        }
    }

    Redos.Selection chosen() {
        return new Redos.Selection(open, taken, unknown, branched, null);
    }

    private boolean readsAgain(Letter letter) {
        return remaking.sources().get(letter.origin().source());
    }

    private boolean isHeld(Letter letter) {
        return before.hold(letter.id())
                || (readsAgain(letter) && before.holdPlace(letter.origin()));
    }

    private void seePlace(Letter letter, boolean isMeant) {
        Place place = places.computeIfAbsent(letter.origin(), origin -> new Place());
        if (place.isTaken) {
            takeAlong(letter.id());
        } else if (isMeant) {
            place.isTaken = true;
            take(letter);
            place.waiting.forEach(this::takeAlong);
            place.waiting.clear();
        } else {
            place.waiting.add(letter.id());
        }
    }

    private void take(Letter letter) {
        open++;
        claim.ifPresent(file -> file.add(letter));
    }

    private void takeAlong(String id) {
        open++;
        claim.ifPresent(file -> file.addId(id));
    }
}
