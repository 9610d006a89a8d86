package io.flinkgpu.deploy.tones;

/**
 * The keys of a telephone and the two tones of each (ITU-T Q.23): one of its row, one of its
 * column.
 */
final class KeyTones {

    /** The keys row by row; a key's place here is its number. */
    static final String KEYS = "123A456B789C*0#D";

    /** Frequencies of the four rows in Hz. */
    static final int[] ROWS = {697, 770, 852, 941};

    /** Frequencies of the four columns in Hz. */
    static final int[] COLUMNS = {1209, 1336, 1477, 1633};

    private KeyTones() {}

    /** The row's frequency of a key's number, in Hz. */
    static int rowOf(int key) {
        return ROWS[key / COLUMNS.length];
    }

    /** The column's frequency of a key's number, in Hz. */
    static int columnOf(int key) {
        return COLUMNS[key % COLUMNS.length];
    }
}
