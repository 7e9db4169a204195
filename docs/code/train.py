from perceptron import Perceptron, rings

points, labels = rings(240, seed=0)
X_train, y_train = points[:200], labels[:200]
X_test, y_test = points[200:], labels[200:]

network = Perceptron([2, 6, 6, 1], seed=1)
network.fit(X_train, y_train, epochs=50, learning_rate=0.01)

right = (network.predict(X_test) > 0.5) == y_test
print(f"Right answers to points held back: {right.mean():.0%}")
