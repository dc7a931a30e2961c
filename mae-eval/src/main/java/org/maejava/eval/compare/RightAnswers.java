package org.maejava.eval.compare;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.protobuf.ByteString;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.maejava.eval.proto.CellRecord;

/**
 * Which images a row and column of a comparison got right, for each seed: a table of seeds times
 * images, every entry right or wrong.
 *
 * @param bySeed the right images of each seed
 * @param images of the evaluation half, the same for every seed
 */
record RightAnswers(SortedMap<Long, BitSet> bySeed, int images) {

  /**
   * Of these cells.
   *
   * @throws IllegalArgumentException if they were not evaluated on as many images
   */
  static RightAnswers of(List<CellRecord> cells) {
    var bySeed = new TreeMap<Long, BitSet>();
    int images = cells.get(0).getImages();
    for (var cell : cells) {
      checkArgument(
          cell.getImages() == images,
          "%s with %s was evaluated on %s images with seed %s and on %s with seed %s",
          cell.getCandidate(),
          cell.getBudget(),
          images,
          cells.get(0).getSeed(),
          cell.getImages(),
          cell.getSeed());
      bySeed.put(cell.getSeed(), BitSet.valueOf(cell.getRight().toByteArray()));
    }
    return new RightAnswers(bySeed, images);
  }

  /** As records keep them. */
  static ByteString packed(BitSet right) {
    return ByteString.copyFrom(right.toByteArray());
  }

  /** For seed s and image i, 1 if right, else 0: {@code [seeds][images]}. */
  double[][] table() {
    return bySeed.values().stream()
        .map(
            right -> {
              var row = new double[images];
              right.stream().forEach(i -> row[i] = 1);
              return row;
            })
        .toArray(double[][]::new);
  }

  /**
   * For each seed that both have, and each image, this minus the other's: {@code [seeds][images]}
   * of -1, 0 and 1.
   *
   * @throws IllegalArgumentException if the images are not as many
   */
  double[][] minus(RightAnswers other) {
    checkArgument(
        images == other.images,
        "%s and %s evaluation images cannot be paired: images could be read for one row and not for another",
        images,
        other.images);
    return bySeed.entrySet().stream()
        .filter(entry -> other.bySeed.containsKey(entry.getKey()))
        .map(
            entry -> {
              var row = new double[images];
              entry.getValue().stream().forEach(i -> row[i] = 1);
              other.bySeed.getOrDefault(entry.getKey(), new BitSet()).stream()
                  .forEach(i -> row[i] -= 1);
              return row;
            })
        .toArray(double[][]::new);
  }
}
