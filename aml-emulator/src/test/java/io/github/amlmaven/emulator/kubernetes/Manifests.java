package io.github.amlmaven.emulator.kubernetes;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.utils.Serialization;

/** A deployment of the test server with its service and autoscaler. */
final class Manifests {

    private Manifests() {}

    static Deployment deployment(String name, String image, int replicas) {
        return Serialization.unmarshal("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: %1$s
                  namespace: default
                spec:
                  replicas: %3$d
                  strategy:
                    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
                  selector:
                    matchLabels: {app: %1$s}
                  template:
                    metadata:
                      labels: {app: %1$s}
                    spec:
                      containers:
                      - name: server
                        image: %2$s
                        ports: [{containerPort: 5001, name: http}]
                        env:
                        - name: SECRET
                          valueFrom: {secretKeyRef: {name: keys, key: primary}}
                        - name: SERVER_NAME
                          valueFrom: {fieldRef: {fieldPath: metadata.name}}
                        readinessProbe: {httpGet: {path: /health, port: http}, periodSeconds: 1}
                        livenessProbe: {httpGet: {path: /health, port: http}, periodSeconds: 1, failureThreshold: 2, initialDelaySeconds: 20}
                """.formatted(name, image, replicas), Deployment.class);
    }

    static Service service(String name) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s, namespace: default}
                spec:
                  type: LoadBalancer
                  selector: {app: %1$s}
                  ports: [{port: 8080, targetPort: http}]
                """.formatted(name), Service.class);
    }

    static HorizontalPodAutoscaler autoscaler(String name) {
        return Serialization.unmarshal("""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: %1$s, namespace: default}
                spec:
                  minReplicas: 1
                  maxReplicas: 3
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %1$s}
                """.formatted(name), HorizontalPodAutoscaler.class);
    }
}
