package org.maejava.documents;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** Compiles and runs the Java examples of documents. */
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
   * Runs an example.
   *
   * @param imports packages or classes, such as {@code org.maejava.model.*}
   * @param given what the example takes as given: a declaration, such as {@code Path checkpoint},
   *     and its value
   * @param folder for the compiled class
   * @return what it printed to standard output
   * @throws IllegalArgumentException with what the compiler says against it
   */
  public static String output(
      List<String> imports, Map<String, Object> given, String example, Path folder)
      throws Exception {
    var declarations = new LinkedHashMap<>(given);
    compile(imports, String.join(", ", declarations.keySet()), example, folder);
    var standard = System.out;
    var said = new ByteArrayOutputStream();
    try (var classes =
            new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, Snippets.class.getClassLoader());
        var stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      System.setOut(stream);
      var run =
          Arrays.stream(classes.loadClass("Snippet").getMethods())
              .filter(method -> method.getName().equals("run"))
              .findFirst()
              .orElseThrow();
      run.invoke(null, declarations.values().toArray());
    } catch (InvocationTargetException e) {
      throw new AssertionError("the example fails: " + example, e.getCause());
    } finally {
      System.setOut(standard);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private static void compile(List<String> imports, String parameters, String example, Path folder)
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
      if (!ok) {
        throw new IllegalArgumentException(said.toString());
      }
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
