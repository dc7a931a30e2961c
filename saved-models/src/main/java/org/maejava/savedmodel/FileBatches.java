package org.maejava.savedmodel;

import com.google.common.collect.Iterators;
import com.google.common.collect.Streams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.Example;

/**
 * Files taken to a model in batches: lazily and in order, so that a stream of millions needs the
 * memory of one batch. The files of a batch are decoded by all cores, then the model runs on it.
 *
 * @param images how files are read
 */
record FileBatches(InputImages images) {

  /** Enough for a model to be busy, and few enough to be held. */
  static final int SIZE = 32;

  @SuppressWarnings("ArrayRecordComponent") // a carrier of pixels, never compared
  private record Read(Path file, float[] pixels, String reason) {}

  /**
   * The model's answers.
   *
   * @param model pixel values {@code [B][H·W·C]} → one answer for each
   */
  <T> Stream<FileResult<T>> map(Stream<Path> files, Function<float[][], List<T>> model) {
    var batches = Iterators.partition(files.iterator(), SIZE);
    return Streams.stream(batches)
        .flatMap(batch -> answers(batch, model).stream())
        .onClose(files::close);
  }

  private <T> List<FileResult<T>> answers(List<Path> batch, Function<float[][], List<T>> model) {
    var read = batch.parallelStream().map(this::read).toList();
    var good = read.stream().filter(one -> one.reason.isEmpty()).toList();
    var answers =
        good.isEmpty()
            ? List.<T>of()
            : model.apply(good.stream().map(Read::pixels).toArray(float[][]::new));
    var results = new ArrayList<FileResult<T>>();
    int next = 0;
    for (var one : read) {
      results.add(
          one.reason.isEmpty()
              ? new FileResult.Success<>(one.file, answers.get(next++))
              : new FileResult.Failure<>(one.file, one.reason));
    }
    return results;
  }

  private Read read(Path file) {
    try {
      return new Read(file, images.pixels(Example.Encoded.of(file)), "");
    } catch (UnreadableImageException e) {
      return new Read(file, new float[0], e.reason());
    }
  }
}
