package org.maejava.train;

import java.util.List;
import java.util.Map;
import org.maejava.weights.WeightSource;

/**
 * All weights, with averages in the place of those that have one.
 *
 * @param weights of a training graph
 * @param averages by the same names, or none at all
 */
record AveragedWeights(WeightSource weights, WeightSource averages) implements WeightSource {

  @Override
  public Map<String, List<Integer>> shapes() {
    return weights.shapes();
  }

  @Override
  public float[] floats(String name) {
    return holder(name).floats(name);
  }

  @Override
  public <E extends Exception> void pieces(String name, Taker<E> taker) throws E {
    holder(name).pieces(name, taker);
  }

  private WeightSource holder(String name) {
    return averages.shapes().containsKey(name) ? averages : weights;
  }
}
