# The operator and nothing else. Build with `docker build -t scheduledjob-operator .`

FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Makefile .
RUN make deps
COPY . .
RUN cmake --preset release -DSCHEDULEDJOB_DEVELOPER=OFF \
 && cmake --build --preset release --target scheduledjob-operator \
 && strip build/release/operator/scheduledjob-operator

FROM debian:bookworm-slim
# tzdata: the zones that schedules name. The cluster's own CA is the only one trusted, so no ca-certificates.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libabsl20220623 libcpp-httplib0.11 libcpprest2.10 libfmt9 libprometheus-cpp-core1.0 libsimdjson14 libspdlog1.10 \
      libssl3 libyaml-cpp0.7 tzdata \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/build/release/operator/scheduledjob-operator /usr/bin/
COPY LICENSE /usr/share/doc/scheduledjob-operator/
# Probes and scrapes come from outside the container.
ENV SCHEDULEDJOB_LISTEN=:8080
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["/usr/bin/scheduledjob-operator"]
