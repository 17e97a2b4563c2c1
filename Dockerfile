# The operator and nothing else: no shell, no package manager, no root. Build with `docker build -t scheduledjob-operator .`;
# hack/image-root says what is inside, and tests/image runs that.

# By tag: what goes into the image are packages that apt fetches here, of the day of the build. Whoever puts a digest that he has
# checked behind the tag has it kept by Dependabot.
FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Makefile .
RUN make deps
COPY . .
RUN cmake --preset release -DSCHEDULEDJOB_DEVELOPER=OFF \
 && cmake --build --preset release --target scheduledjob-operator
# Of the same sources and packages it makes the same bytes.
ARG SOURCE_DATE_EPOCH=0
RUN hack/image-root --program build/release/operator/scheduledjob-operator --output /image

# For releases: `docker build --target plugin --output .`
FROM build AS plugin-build
RUN cmake --build --preset release --target kubectl-scheduledjob \
 && hack/plugin-archive --program build/release/src/cli/kubectl-scheduledjob --output /plugin/kubectl-scheduledjob.tar.gz
FROM scratch AS plugin
COPY --from=plugin-build /plugin/ /

FROM scratch
COPY --from=build /image/ /
# Probes and scrapes come from outside the container.
ENV SCHEDULEDJOB_LISTEN=:8080
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["/usr/bin/scheduledjob-operator"]
