"""Train the perceptron: what a comment announces is yours to write."""

import numpy as np
import perceptron


class Layer(perceptron.Layer):
    def backward(self, da, learning_rate):
        # Back through the activation: dL/dz.
        dz = da * self.slopes()
        # The gradient of the weights, in their shape.
        d_weights = dz @ self.inputs.T
        # The gradient of the biases.
        d_biases = dz
        # What goes on to the layer below.
        da_prev = self.weights.T @ dz
        # One step for the weights.
        self.weights -= learning_rate * d_weights
        # One step for the biases.
        self.biases -= learning_rate * d_biases
        return da_prev


class Perceptron(perceptron.Perceptron):
    def fit(self, training_data, labels, epochs, learning_rate):
        history = []
        for epoch in range(1, epochs + 1):
            order = self.random.permutation(len(training_data))
            data, targets = training_data[order], labels[order]
            total = 0
            for i in range(len(data)):
                x = data[i].reshape(-1, 1)
                target = targets[i].reshape(-1, 1)
                # What the network answers.
                output = self.forward(x)
                # How wrong that is: the binary cross-entropy.
                loss = -(
                    target * np.log(output) + (1 - target) * np.log(1 - output)
                )
                total += loss.item()
                # The derivative of the loss by the output.
                da = (output - target) / (output * (1 - output))
                for layer in self.layers[::-1]:
                    # Through this layer, which learns from it.
                    da = layer.backward(da, learning_rate)
            history.append(total / len(data))
            print(f"Loss at epoch {epoch}: {history[-1]:.3f}")
        return history
