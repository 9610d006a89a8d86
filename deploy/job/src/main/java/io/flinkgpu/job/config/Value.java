package io.flinkgpu.job.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.resources.yaml.YamlTree;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A value of a job file, with its place for problems.
 *
 * <p>Holds the text of the file: a secret is its reference here. Not thread-safe.
 */
@PublicEvolving
public final class Value {

    private static final int MOST_SHOWN = 80;

    private final Document document;
    private final JsonPointer at;
    private final JsonNode node;
    private final String path;
    private final String owner;

    private Value(Document document, JsonPointer at, JsonNode node, String path, String owner) {
        this.document = document;
        this.at = at;
        this.node = node;
        this.path = path;
        this.owner = owner;
    }

    private record Document(YamlTree tree, Secrets secrets, Problems problems) {}

    /** The whole document. */
    public static Value root(YamlTree tree, Secrets secrets, Problems problems) {
        return new Value(
                new Document(tree, secrets, problems),
                JsonPointer.empty(),
                tree.root(),
                "",
                "the file");
    }

    /** The value of one of this object's keys, missing if it has none of that name. */
    public Value get(String key) {
        return new Value(
                document,
                at.appendProperty(key),
                node.path(key),
                path.isEmpty() ? key : path + "." + key,
                owner);
    }

    /** An item of this list. */
    public Value get(int index) {
        return new Value(
                document,
                at.appendIndex(index),
                node.path(index),
                "%s[%d]".formatted(path, index),
                owner);
    }

    /**
     * The same value, of something that people know by a name.
     *
     * @param name such as {@code step 'decode'}
     */
    public Value ownedBy(String name) {
        return new Value(document, at, node, "", name);
    }

    /** What the file says. */
    public JsonNode node() {
        return node;
    }

    /** Whether the file says nothing here, or null. */
    public boolean isMissing() {
        return node.isMissingNode() || node.isNull();
    }

    /** Its line, or that of what it would stand in. */
    public int line() {
        return document.tree().lineOf(at);
    }

    /** What messages call this value, such as {@code batch.max-size of step 'classify'}. */
    public String subject() {
        return path.isEmpty() ? owner : path + " of " + owner;
    }

    /** Adds that this value is wrong, with the value and the way out. */
    public void invalid(String wayOut) {
        problem("Invalid %s: %s. %s".formatted(subject(), shown(), wayOut));
    }

    /** Adds a problem of this line; secrets that others say in it are concealed. */
    public void problem(String message) {
        problems().add(line(), conceal(message));
    }

    /** A text with references in place of the secrets of this file. */
    public String conceal(String text) {
        return secrets().conceal(text);
    }

    /** Where the problems of this file are collected. */
    public Problems problems() {
        return document.problems();
    }

    /** Where the secrets of this file are looked up. */
    Secrets secrets() {
        return document.secrets();
    }

    private String shown() {
        String text =
                node.isMissingNode()
                        ? "it is missing"
                        : node.isTextual() ? "'" + node.textValue() + "'" : node.toString();
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }
}
