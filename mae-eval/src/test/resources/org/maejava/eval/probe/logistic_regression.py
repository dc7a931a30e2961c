"""scikit-learn's multinomial logistic regression on the test's features, as JSON.

Made with scikit-learn by `python logistic_regression.py > logistic_regression.json`. The features are
standardised as the probe does it; C is 1 / (penalty * images).
"""
import json

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

IMAGES, WIDTH, CLASSES, PENALTIES = 60, 5, 3, (1e-3, 1e-1)


def feature(image, column):
    """Exact in float32 and the same in Java: no library's random numbers."""
    return ((image * 37 + column * 101 + image * image * (column + 3)) % 64) / 32 + 0.5 * (
        (image % CLASSES) == column
    )


rows = numpy.array([[feature(i, c) for c in range(WIDTH)] for i in range(IMAGES)])
labels = numpy.array([i % CLASSES for i in range(IMAGES)])
scaler = StandardScaler().fit(rows)
found = []
for penalty in PENALTIES:
    model = LogisticRegression(C=1 / (penalty * IMAGES), tol=1e-12, max_iter=100000)
    model.fit(scaler.transform(rows), labels)
    # Of features as they are.
    weights = model.coef_ / scaler.scale_
    bias = model.intercept_ - weights @ scaler.mean_
    found.append(
        {
            "penalty": penalty,
            "weights": weights.T.tolist(),
            "probabilities": model.predict_proba(scaler.transform(rows)).tolist(),
        }
    )
print(json.dumps(found))
