package org.maejava.cluster;

import java.lang.reflect.InvocationTargetException;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;

/**
 * A session of a server. TensorFlow Java's own constructors take no target, so its private one is
 * called with a session made through the C interface.
 */
final class RemoteSession {

  private RemoteSession() {}

  /**
   * A session, the caller's to close.
   *
   * @param target such as {@code grpc://localhost:2222}
   */
  static Session of(Graph graph, String target, ConfigProto config) {
    var status = TF_Status.newStatus();
    var options = TF_SessionOptions.newSessionOptions();
    tensorflow.TF_SetTarget(options, target);
    var bytes = new BytePointer(config.toByteArray());
    tensorflow.TF_SetConfig(options, bytes, bytes.capacity(), status);
    status.throwExceptionIfNotOK();
    try {
      var handle = Graph.class.getDeclaredField("nativeHandle");
      handle.setAccessible(true);
      var session = TF_Session.newSession((TF_Graph) handle.get(graph), options, status);
      status.throwExceptionIfNotOK();
      session.retainReference();
      var constructor = Session.class.getDeclaredConstructor(Graph.class, TF_Session.class);
      constructor.setAccessible(true);
      return constructor.newInstance(graph, session);
    } catch (NoSuchFieldException
        | NoSuchMethodException
        | IllegalAccessException
        | InstantiationException
        | InvocationTargetException e) {
      throw new IllegalStateException(
          "this version of TensorFlow Java has no sessions of a server", e);
    }
  }
}
