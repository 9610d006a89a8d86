package io.flinkgpu.inference.tensorflow;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The nodes of a graph that read strings, whose errors may repeat what rows wrote.
 *
 * <p>TensorFlow names the node at the end of an operation's error, after all that the operation
 * wrote (tensorflow/core/framework/op_kernel.cc, {@code AttachDef}), so that a row can add a name
 * and can take none away. Immutable.
 */
final class StringNodes {

    private static final Pattern NODE = Pattern.compile("\\{\\{node ([^}]*)\\}\\}");

    private final Set<String> names;

    private StringNodes(Set<String> names) {
        this.names = names;
    }

    /** No node at all, as in a model that no string is fed into. */
    static StringNodes none() {
        return new StringNodes(Set.of());
    }

    /** Those of a graph and of its functions. */
    static StringNodes of(GraphDef graph) {
        Map<String, OpDef> ops = new HashMap<>();
        TensorFlow.registeredOpList().getOpList().forEach(op -> ops.put(op.getName(), op));
        graph.getLibrary()
                .getFunctionList()
                .forEach(
                        function ->
                                ops.put(
                                        function.getSignature().getName(),
                                        function.getSignature()));
        Set<String> names = new HashSet<>();
        graph.getNodeList().forEach(node -> addIfReadsStrings(node, ops, names));
        for (FunctionDef function : graph.getLibrary().getFunctionList()) {
            function.getNodeDefList().forEach(node -> addIfReadsStrings(node, ops, names));
        }
        return new StringNodes(names);
    }

    /** Whether an error names one of them; the name of a function's node may have a path before. */
    boolean areNamedIn(String error) {
        Matcher node = NODE.matcher(error);
        while (!names.isEmpty() && node.find()) {
            if (isOneOfThem(node.group(1))) {
                return true;
            }
        }
        return false;
    }

    private boolean isOneOfThem(String name) {
        if (names.contains(name)) {
            return true;
        }
        int slash = name.indexOf('/');
        return slash >= 0 && isOneOfThem(name.substring(slash + 1));
    }

    private static void addIfReadsStrings(NodeDef node, Map<String, OpDef> ops, Set<String> names) {
        OpDef op = ops.get(node.getOp());
        if (op == null || op.getInputArgList().stream().anyMatch(input -> isString(input, node))) {
            names.add(node.getName());
        }
    }

    private static boolean isString(OpDef.ArgDef input, NodeDef node) {
        if (input.getType() == DataType.DT_STRING) {
            return true;
        }
        AttrValue type = node.getAttrMap().get(input.getTypeAttr());
        AttrValue types = node.getAttrMap().get(input.getTypeListAttr());
        return (type != null && type.getType() == DataType.DT_STRING)
                || (types != null && types.getList().getTypeList().contains(DataType.DT_STRING));
    }
}
