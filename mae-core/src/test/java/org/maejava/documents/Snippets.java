package org.maejava.documents;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
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
      public final class Snippet {
        public static void run(%s) throws Exception {
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

  /**
   * What an example prints.
   *
   * @param arguments what it takes as {@code args}
   */
  public static String output(
      List<String> imports, String example, Path folder, String... arguments) throws Exception {
    var errors = errors(imports, "String[] args", example, folder);
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(errors);
    }
    var standard = System.out;
    var said = new ByteArrayOutputStream();
    try (var classes =
            new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, Snippets.class.getClassLoader());
        var stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      System.setOut(stream);
      classes
          .loadClass("Snippet")
          .getMethod("run", String[].class)
          .invoke(null, (Object) arguments);
    } finally {
      System.setOut(standard);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private static String lines(List<String> imports) {
    return imports.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining());
  }

  /** Maven's test runner hides the real class path behind a jar of its own. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
