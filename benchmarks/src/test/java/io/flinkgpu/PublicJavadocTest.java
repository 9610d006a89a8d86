package io.flinkgpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Holds that every public type and every method that it shows is described. */
class PublicJavadocTest {

    @Test
    void everyPublicTypeAndMethodIsDescribed() throws IOException {
        List<String> undescribed = undescribed(List.copyOf(ArchitectureTest.mainSources()));

        assertThat(undescribed).isEmpty();
    }

    private static List<String> undescribed(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new PublicMembers(docs, found).scan(unit, null);
            }
        }
        return found;
    }

    /** Looks at public types and, inside them, at public methods that override none. */
    private static final class PublicMembers extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final List<String> undescribed;

        private PublicMembers(DocTrees docs, List<String> undescribed) {
            this.docs = docs;
            this.undescribed = undescribed;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (!isShown(type, type.getModifiers())) {
                return null;
            }
            check(type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            boolean constructor = method.getReturnType() == null;
            if (!constructor && !overrides(method) && isShown(method, method.getModifiers())) {
                ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
                check(type.getSimpleName() + "#" + method.getName());
            }
            return null;
        }

        private void check(String name) {
            if (docs.getDocComment(getCurrentPath()) == null) {
                undescribed.add(name);
            }
        }

        /** Members of interfaces are public without a word. */
        private boolean isShown(Tree member, ModifiersTree modifiers) {
            TreePath parent = getCurrentPath().getParentPath();
            boolean inInterface =
                    member != parent.getLeaf() && parent.getLeaf().getKind() == Tree.Kind.INTERFACE;
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || (inInterface && !modifiers.getFlags().contains(Modifier.PRIVATE));
        }

        private static boolean overrides(MethodTree method) {
            return method.getModifiers().getAnnotations().stream()
                    .anyMatch(
                            annotation ->
                                    annotation.getAnnotationType().toString().equals("Override"));
        }
    }
}
