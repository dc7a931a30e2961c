package org.maejava.eval.embed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.maejava.data.flow.Cursor;
import org.maejava.data.flow.Dataset;
import org.maejava.data.flow.Dataset.Mapping;
import org.maejava.data.flow.Dataset.Remainder;
import org.maejava.data.flow.Place;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.Position;
import org.maejava.proto.UnreadableImage;
import org.maejava.savedmodel.EvenBatches;
import org.maejava.savedmodel.InputImages;

/**
 * Every image of a data set through a model, training half first, in order. While the model runs on
 * one batch, the next is decoded; no more than a few batches are ever held. An image's answer does
 * not depend on the others ({@link EvenBatches}).
 *
 * @param data whose images
 * @param images how they become the model's input
 * @param model pixel values {@code [B][H·W·C]} → one answer for each
 * @param workers threads that decode
 */
public record ModelPass<T>(
    ImageSet data, InputImages images, Function<float[][], List<T>> model, int workers) {

  private static final int BATCH = 32;

  /**
   * What came of some images.
   *
   * @param items in order
   * @param unreadable those left out
   * @param done images tried so far, in both halves
   */
  public record Batch<T>(List<Item<T>> items, List<UnreadableImage> unreadable, int done) {}

  @SuppressWarnings("ArrayRecordComponent") // a carrier of pixels, never compared
  private record Prepared(Place place, float[] pixels, String reason) {}

  private record Group(List<Prepared> images, int next) {}

  /** Takes what comes, batch by batch. */
  @FunctionalInterface
  public interface Taker<T> {
    /** Whether to go on. */
    boolean take(Batch<T> batch) throws IOException;
  }

  /** How many images there are. */
  public int size() {
    return data.size();
  }

  /**
   * Goes over the images.
   *
   * @param from how many are passed over because they were done before
   * @return whether the end was reached
   */
  public boolean run(int from, Taker<T> taker) throws IOException {
    int training = data.training().size();
    return (from >= training || half("train", data.training(), 0, from, taker))
        && half("val", data.evaluation(), training, Math.max(0, from - training), taker);
  }

  private boolean half(String name, Source source, int before, int from, Taker<T> taker)
      throws IOException {
    if (from >= source.size()) {
      return true;
    }
    try (var groups = open(source, from)) {
      while (groups.hasNext()) {
        var group = groups.next();
        if (!taker.take(answered(name, source, group, before))) {
          return false;
        }
      }
    }
    return true;
  }

  private Cursor<Group> open(Source source, int from) {
    return Dataset.of(source)
        .mapWith(() -> Mapping.of(this::prepared), workers)
        .batch(BATCH, Remainder.KEEP, (images, next) -> new Group(images, next(source, next)))
        .prefetch(1)
        .open(Position.newBuilder().setIndex(from).build());
  }

  /** An index past the epoch's end may be told as the next epoch's first. */
  private static int next(Source source, Position position) {
    return position.getEpoch() > 0 ? source.size() : position.getIndex();
  }

  private Prepared prepared(Place place) {
    try {
      var pixels = images.pixels(place.example());
      return new Prepared(place, pixels, "");
    } catch (UnreadableImageException e) {
      return new Prepared(place, new float[0], e.reason());
    }
  }

  private Batch<T> answered(String half, Source source, Group group, int before) {
    var good = group.images.stream().filter(image -> image.reason.isEmpty()).toList();
    var answers = EvenBatches.answers(good.stream().map(Prepared::pixels).toList(), model);
    var items = new ArrayList<Item<T>>();
    for (int i = 0; i < good.size(); i++) {
      var place = good.get(i).place;
      items.add(
          new Item<>(
              half,
              place.address().index(),
              place.example().name(),
              label(source, place.example()),
              answers.get(i)));
    }
    var unreadable =
        group.images.stream()
            .filter(image -> !image.reason.isEmpty())
            .map(
                image ->
                    UnreadableImage.newBuilder()
                        .setName(image.place.example().name())
                        .setReason(image.reason)
                        .build())
            .toList();
    return new Batch<>(items, unreadable, before + group.next);
  }

  private static String label(Source source, Example example) {
    return example.label() == Example.UNLABELLED ? "" : source.classes().get(example.label());
  }
}
