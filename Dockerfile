# elko-mock: the serving install and nothing else. It listens to the outside, so its control plane
# wants a token: `docker run --rm -p 127.0.0.1:3556:3556 -e ELKO_MOCK_CONTROL_TOKEN=choose-your-own elko-mock`

FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY elko_mock ./elko_mock
COPY openapi ./openapi
COPY scenarios ./scenarios
RUN python -m venv /opt/build \
 && /opt/build/bin/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt hatchling \
 && /opt/build/bin/python -m hatchling build --target wheel --directory /opt/dist
RUN python -m venv --without-pip /opt/elko-mock \
 && /opt/build/bin/python -m pip --python /opt/elko-mock/bin/python install --disable-pip-version-check --quiet \
    --constraint constraints.txt /opt/dist/*.whl

FROM python:3.12-slim
COPY --from=build /opt/elko-mock /opt/elko-mock
ENV PATH=/opt/elko-mock/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ELKO_MOCK_HOST=0.0.0.0
USER 10001:10001
EXPOSE 3556
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["elko-mock", "health"]
ENTRYPOINT ["elko-mock"]
CMD ["serve"]
