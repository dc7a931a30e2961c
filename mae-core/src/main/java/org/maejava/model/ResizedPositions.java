package org.maejava.model;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.maejava.weights.WeightSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weights whose position tables are those of another grid: what lets a model go on at another image
 * size than it was pre-trained at. Whether there is something to interpolate is decided here alone.
 */
public final class ResizedPositions implements WeightSource {

  private static final Logger LOG = LoggerFactory.getLogger(ResizedPositions.class);

  private final WeightSource source;
  private final PatchGrid from;
  private final PatchGrid to;

  private ResizedPositions(WeightSource source, PatchGrid from, PatchGrid to) {
    this.source = source;
    this.from = from;
    this.to = to;
  }

  /**
   * Weights of a known grid.
   *
   * @param from the grid they are for
   * @param to the grid of the model that takes them
   * @return the weights themselves if both grids have the same rows and columns
   */
  public static WeightSource between(WeightSource weights, PatchGrid from, PatchGrid to) {
    if (from.rows() == to.rows() && from.columns() == to.columns()) {
      return weights;
    }
    LOG.info(
        "positions are interpolated from {} x {} to {} x {} patches",
        from.rows(),
        from.columns(),
        to.rows(),
        to.columns());
    return new ResizedPositions(weights, from, to);
  }

  /**
   * Weights that do not say what grid they are for: as many positions as wanted are taken for the
   * wanted grid, others for a square one.
   *
   * @param name of the weights, for messages
   * @param to the grid of the model that takes them
   * @throws IllegalArgumentException if there are others, of no square grid
   */
  public static WeightSource toFit(String name, WeightSource weights, PatchGrid to) {
    return between(weights, gridOf(name, weights, to), to);
  }

  private static PatchGrid gridOf(String name, WeightSource weights, PatchGrid wanted) {
    var shape = weights.shapes().get("pos_embed");
    if (shape == null || shape.size() != 3 || shape.get(1) == 1 + wanted.count()) {
      return wanted;
    }
    int count = shape.get(1) - 1;
    int side = (int) Math.round(Math.sqrt(count));
    checkArgument(
        count > 0 && side * side == count,
        "%s has positions for %s patches, not for the model's %s x %s; only those of a square grid can"
            + " be interpolated, or of weights in a run's folder, whose recipe tells the grid",
        name,
        count,
        wanted.rows(),
        wanted.columns());
    return new PatchGrid(side, side, wanted.patchHeight(), wanted.patchWidth(), wanted.channels());
  }

  private boolean resizes(String name) {
    var shape = source.shapes().get(name);
    return VitNames.isPositionTable(name)
        && shape != null
        && shape.size() == 3
        && shape.get(1) == 1 + from.count();
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = ImmutableMap.<String, List<Integer>>builder();
    source
        .shapes()
        .forEach(
            (name, shape) ->
                shapes.put(name, resizes(name) ? List.of(1, 1 + to.count(), shape.get(2)) : shape));
    return shapes.buildOrThrow();
  }

  @Override
  public float[] floats(String name) {
    var values = source.floats(name);
    return resizes(name) ? GridInterpolation.resize(values, from, to) : values;
  }
}
