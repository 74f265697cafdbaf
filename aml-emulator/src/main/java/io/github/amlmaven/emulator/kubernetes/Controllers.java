package io.github.amlmaven.emulator.kubernetes;

import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.http.HttpError;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * The control plane: one thread that compares what is wanted with what is there, whenever something has changed and a few
 * times a second besides. Each controller looks at the whole state, so nothing is lost when the emulator stops halfway.
 */
final class Controllers implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 250;

    private final ObjectStore store;
    private final Services services;
    private final Pods pods;
    private final ReplicaSets replicaSets;
    private final Deployments deployments;
    private final Autoscalers autoscalers;
    private final Gateways gateways;
    private final IstioIngress ingress;
    private final Thread thread;
    private volatile boolean closed;

    Controllers(String cluster, ObjectStore store, ContainerRuntime runtime, Clock clock) {
        this.store = store;
        Events events = new Events(store, clock);
        this.pods = new Pods(store, runtime, clock, events);
        this.services = new Services(cluster, store, pods);
        this.pods.drainedBy(services::drain);
        this.replicaSets = new ReplicaSets(store, events);
        this.deployments = new Deployments(store, clock, events);
        this.gateways = new Gateways(cluster, store, services, clock);
        this.ingress = new IstioIngress(cluster, store, services);
        this.autoscalers = new Autoscalers(store, clock);
        this.thread = new Thread(this::run, "kubernetes-" + cluster);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void istio(boolean wanted) {
        ingress.enabled(wanted);
    }

    Pods pods() {
        return pods;
    }

    private void run() {
        ObjectStore.Watch watch = store.watch(store.version());
        try {
            while (!closed) {
                reconcile();
                watch.queue().poll(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
                watch.queue().clear();
            }
        } catch (InterruptedException e) {
            // closing
            Thread.currentThread().interrupt();
        } finally {
            store.unwatch(watch);
        }
    }

    private void reconcile() {
        for (Runnable controller : new Runnable[] {
            autoscalers::reconcile,
            deployments::reconcile,
            replicaSets::reconcile,
            pods::reconcile,
            services::reconcile,
            gateways::reconcile,
            ingress::reconcile
        }) {
            if (closed) {
                return;
            }
            try {
                controller.run();
            } catch (HttpError e) {
                // A client changed or deleted the object meanwhile; the next round sees it as it is then.
                System.getLogger(Controllers.class.getName())
                        .log(System.Logger.Level.DEBUG, "next round: " + e.getMessage());
            } catch (RuntimeException e) {
                // One that was still at work when the wait for it ended finds the store closed: no fault of its own.
                System.getLogger(Controllers.class.getName())
                        .log(
                                closed ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                                "a controller failed",
                                e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        // No interrupt: a thread that is interrupted while it writes would close the store's file for all.
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gateways.close();
        ingress.close();
        services.close();
        pods.close();
        store.close();
    }
}
