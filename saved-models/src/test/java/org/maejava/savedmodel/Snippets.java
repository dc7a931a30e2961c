package org.maejava.savedmodel;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles the Java examples of documents. */
final class Snippets {

  private static final String FRAME =
      """
      import java.nio.file.Path;
      import java.util.*;
      import org.maejava.model.*;
      import org.maejava.nn.*;
      import org.maejava.proto.*;
      import org.maejava.random.*;
      import org.maejava.savedmodel.*;
      import org.maejava.train.*;
      import org.maejava.weights.*;
      import org.tensorflow.proto.ConfigProto;
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
   * @param parameters what the example takes as given
   */
  static String errors(String example, String parameters, Path folder) throws IOException {
    var source =
        Files.writeString(folder.resolve("Snippet.java"), FRAME.formatted(parameters, example));
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

  /** Maven's test runner hides the real class path behind a jar of its own. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
