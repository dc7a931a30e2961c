package org.maejava.documents;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** Compiles the Java examples of documents. */
public final class Snippets {

  private static final String FRAME =
      """
      import java.nio.file.Path;
      import java.util.*;
      %s
      final class Snippet {
        static void run(%s) throws Exception {
      %s
        }
      }
      """;

  private Snippets() {}

  /**
   * What the compiler says, empty if it is content.
   *
   * @param imports packages or classes, such as {@code org.maejava.model.*}
   * @param parameters what the example takes as given
   */
  public static String errors(List<String> imports, String parameters, String example, Path folder)
      throws IOException {
    var source =
        Files.writeString(
            folder.resolve("Snippet.java"), FRAME.formatted(lines(imports), parameters, example));
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean ok =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-d", folder.toString(), "-classpath", classPath()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      return ok ? "" : said.toString();
    }
  }

  private static String lines(List<String> imports) {
    return imports.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining());
  }

  /** Maven's test runner hides the real class path behind a jar of its own. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
