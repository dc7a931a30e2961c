package org.maejava.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code spark-submit} as a distribution has it: its folder is put together of the jars that Maven
 * has, and its script is a line of shell around what runs here.
 */
final class SparkSubmit {

  private static final Path HOME = Path.of("target", "spark").toAbsolutePath();

  /** What a program brings; of Guava and Gson the distribution has versions of its own. */
  private static final Pattern OURS =
      Pattern.compile(
          "/mae-[^/]*[.]jar$|/org/(tensorflow|bytedeco|freemarker|junit|assertj)/"
              + "|/com/(twelvemonkeys|google/(guava|code/gson|protobuf))/");

  private static final Pattern LAUNCHER = Pattern.compile("/spark-launcher_([0-9.]+)-");

  private static final int PATIENCE_MINUTES = 5;

  private final Process process;
  private final Path log;

  private SparkSubmit(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts an application on a cluster of two workers on this machine. */
  static SparkSubmit start(Path folder, List<String> words) throws Exception {
    var arguments = new ArrayList<>(List.of("--master", "local-cluster[2,1,1024]"));
    arguments.addAll(words);
    var log = folder.resolve("submit.log");
    var process =
        builder(launched(arguments))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new SparkSubmit(process, log);
  }

  /** The command that the launcher makes of the arguments, as {@code bin/spark-class} asks it. */
  private static List<String> launched(List<String> arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                java(),
                "-cp",
                jars() + "/*",
                "org.apache.spark.launcher.Main",
                "org.apache.spark.deploy.SparkSubmit"));
    command.addAll(arguments);
    var launcher = builder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(launcher.waitFor()).isZero();
    return Arrays.stream(said.split("\0")).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }

  private static ProcessBuilder builder(List<String> command) {
    var builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", scala());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }

  /** The distribution's folder of jars; made at the first call. */
  private static synchronized Path jars() throws IOException {
    var jars = Files.createDirectories(HOME.resolve("jars"));
    for (var entry : classPath()) {
      var link = jars.resolve(entry.getFileName());
      if (!OURS.matcher(entry.toString()).find()
          && entry.toString().endsWith(".jar")
          && !Files.exists(link)) {
        Files.createSymbolicLink(link, entry);
      }
    }
    return jars;
  }

  private static String scala() {
    return classPath().stream()
        .map(entry -> LAUNCHER.matcher(entry.toString()))
        .filter(Matcher::find)
        .map(launcher -> launcher.group(1))
        .findFirst()
        .orElseThrow();
  }

  /** TensorFlow's library for this platform, of the class path. */
  static Path nativeLibrary() {
    return classPath().stream()
        .filter(
            entry -> entry.toString().matches(".*tensorflow-core-native-[^/]*-[a-z][^/]*\\.jar"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Path> classPath() {
    var text =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(text.split(File.pathSeparator)).map(Path::of).toList();
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The executors' processes. */
  List<ProcessHandle> executors() {
    return process
        .descendants()
        .filter(
            one ->
                one.info()
                    .arguments()
                    .filter(words -> String.join(" ", words).contains("ExecutorBackend"))
                    .isPresent())
        .toList();
  }

  /** Waits for something, as long as the application runs. */
  void await(Condition condition) throws Exception {
    while (!condition.holds()) {
      assertThat(process.isAlive()).as(() -> said()).isTrue();
      Thread.sleep(5);
    }
  }

  /** What is waited for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  /** What it said; it must have ended well. */
  String end() throws Exception {
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as("it ends").isTrue();
    assertThat(process.exitValue()).as(() -> said()).isZero();
    return said();
  }

  /** Ends it, if it still runs. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
