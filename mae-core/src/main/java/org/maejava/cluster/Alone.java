package org.maejava.cluster;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** One process, whose means are its values. */
enum Alone implements Workers {
  INSTANCE;

  @Override
  public int count() {
    return 1;
  }

  @Override
  public int index() {
    return 0;
  }

  @Override
  public Session session(Graph graph, ConfigProto config) {
    return new Session(graph, config);
  }

  @Override
  public List<Operand<TFloat32>> mean(
      Ops tf, List<Operand<TFloat32>> values, Class<? extends TFloating> wire) {
    return values;
  }

  @Override
  public long[][] gather(long[] mine) {
    return new long[][] {mine};
  }

  @Override
  public RuntimeException explain(TensorFlowException failure) {
    return failure;
  }
}
