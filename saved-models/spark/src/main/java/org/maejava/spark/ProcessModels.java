package org.maejava.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.maejava.savedmodel.SavedModel;
import org.tensorflow.proto.ConfigProto;

/**
 * The models of this process, which all its tasks share: one is opened by the first task that needs
 * it and stays when that ends; those that no task uses are closed when another is opened.
 *
 * <p>A model computes on the threads of the tasks that ask it, so an executor uses as many as it
 * has cores.
 */
final class ProcessModels {

  private static final ProcessModels OF_PROCESS = new ProcessModels();

  private static final ConfigProto ON_TASKS_THREAD =
      ConfigProto.newBuilder()
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(-1)
          .build();

  /** Who asks where there is no task: Spark's planner, on the driver. That is never over. */
  private static final long PLANNER = -1;

  private final Map<Version, Used> models = new HashMap<>();

  /** A folder's model; one that is exported to the same place later is another. */
  private record Version(Path folder, String stamp) {

    static Version of(Path folder) throws IOException {
      var graph = folder.resolve("saved_model.pb");
      if (!Files.exists(graph)) {
        return new Version(folder, ""); // what is wrong with it is said by who opens it
      }
      var file = Files.readAttributes(graph, BasicFileAttributes.class);
      return new Version(folder, file.lastModifiedTime() + " " + file.fileKey());
    }
  }

  /** An open model and the tasks that use it. */
  private record Used(SavedModel model, Set<Long> tasks) {}

  private ProcessModels() {
    // JavaCPP would count the whole process against twice the Java heap.
    for (var limit : new String[] {"maxPhysicalBytes", "maxBytes"}) {
      System.getProperties().putIfAbsent("org.bytedeco.javacpp." + limit, "0");
    }
  }

  /** Those of this process. */
  static ProcessModels ofProcess() {
    return OF_PROCESS;
  }

  /**
   * A model, open until the task that asks has ended.
   *
   * @param name an absolute path, or one relative to the files that Spark distributes or else to
   *     the working folder
   * @throws IOException if there is no model, saying what is missing or damaged
   */
  synchronized SavedModel get(String name) throws IOException {
    var version = Version.of(folder(name));
    var used = models.get(version);
    if (used == null) {
      closeUnused();
      used = new Used(SavedModel.open(version.folder(), ON_TASKS_THREAD), new HashSet<>());
      models.put(version, used);
    }
    useUntilTaskEnds(used);
    return used.model();
  }

  private void useUntilTaskEnds(Used used) {
    var task = TaskContext.get();
    long id = task == null ? PLANNER : task.taskAttemptId();
    if (used.tasks().add(id) && task != null) {
      TaskCompletionListener end = context -> release(used, id);
      task.addTaskCompletionListener(end);
    }
  }

  private synchronized void release(Used used, long task) {
    used.tasks().remove(task);
  }

  private void closeUnused() {
    models
        .values()
        .removeIf(
            used -> {
              boolean unused = used.tasks().isEmpty();
              if (unused) {
                used.model().close();
              }
              return unused;
            });
  }

  private static Path folder(String name) {
    var path = Path.of(name);
    if (path.isAbsolute()) {
      return path;
    }
    var distributed = Path.of(SparkFiles.get(name)).toAbsolutePath();
    return Files.exists(distributed) ? distributed : path.toAbsolutePath();
  }
}
